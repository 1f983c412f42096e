// A real OpenID provider for tests: signs in whoever gives an email address, gives ID tokens and JWT access tokens with it, and
// replaces its key when it reads a line. Run as `node oidc_provider.mjs CALLBACK`; prints {"issuer": …} when it is ready.
import { generateKeyPairSync } from 'node:crypto';
import { createServer } from 'node:http';
import { createInterface } from 'node:readline';
import Provider from 'oidc-provider';

const callback = process.argv[2];
const RESOURCE = 'https://codec.test';
let answer;
const server = createServer((request, response) => answer(request, response));
await new Promise((resolve) => server.listen(0, '127.0.0.1', resolve));
const issuer = `http://127.0.0.1:${server.address().port}`;

function key(kid) {
  const { privateKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' });
  return { ...privateKey.export({ format: 'jwk' }), kid, use: 'sig', alg: 'ES256' };
}

function serve(kid) {
  const provider = new Provider(issuer, {
    jwks: { keys: [key(kid)] },
    clients: [
      {
        client_id: 'temporal-ui',
        client_secret: 'not-a-secret',
        redirect_uris: [callback],
        grant_types: ['authorization_code'],
        response_types: ['code'],
        id_token_signed_response_alg: 'ES256',
      },
    ],
    pkce: { required: () => false },
    cookies: { keys: ['not-a-secret'] },
    claims: { openid: ['sub'], email: ['email', 'email_verified'] },
    conformIdTokenClaims: false,
    findAccount: (_context, id) => ({ accountId: id, claims: () => ({ sub: id, email: id, email_verified: true }) }),
    extraTokenClaims: (_context, token) => ({ email: token.accountId, email_verified: true }),
    features: {
      devInteractions: { enabled: true },
      resourceIndicators: {
        enabled: true,
        defaultResource: () => RESOURCE,
        useGrantedResource: () => true,
        getResourceServerInfo: () => ({
          scope: 'openid email',
          audience: 'temporal',
          accessTokenFormat: 'jwt',
          jwt: { sign: { alg: 'ES256' } },
        }),
      },
    },
    // Nobody is asked for consent a second time.
    async loadExistingGrant({ oidc }) {
      const grant = new oidc.provider.Grant({ clientId: oidc.client.clientId, accountId: oidc.session.accountId });
      grant.addOIDCScope('openid email');
      grant.addResourceScope(RESOURCE, 'openid email');
      await grant.save();
      return grant;
    },
  });
  answer = provider.callback();
}

let n = 1;
serve(`key-${n}`);
process.stdout.write(`${JSON.stringify({ issuer })}\n`);
for await (const _ of createInterface(process.stdin)) {
  n += 1;
  serve(`key-${n}`);
  process.stdout.write(`${JSON.stringify({ key: `key-${n}` })}\n`);
}
process.exit(0);
