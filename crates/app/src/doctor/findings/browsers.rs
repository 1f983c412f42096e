//! What to do in each browser and in the Web UI, in their own words, where no request arrived. Sources: the Web UI's codec dialog;
//! Chrome 142's Local Network Access (developer.chrome.com, WICG/local-network-access); Firefox's permission for apps on this device.
//! Labels that differ from version to version are described and not quoted.

use crate::doctor::view::ClientSteps;

/// What keeps a page from asking, in the order in which it is worth looking.
pub(super) fn nothing_arrived() -> Vec<ClientSteps> {
    vec![
        steps(
            "Web UI",
            &[
                "Click the glasses icon at the top right, choose “Use my browser setting and ignore Cluster-level setting”, paste the endpoint, and click “Apply”: with the other choice, the Web UI asks the endpoint of its cluster, or none.",
                "Leave “Pass the user access token” off while the endpoint starts with http: the Web UI would send no requests.",
                "Reload the page: one that was open before stays encoded.",
            ],
        ),
        steps(
            "Chrome and Edge",
            &[
                "Since version 142, they ask once whether a site may reach apps on this device (Local Network Access). Until that is allowed, requests do not leave the browser. Click the icon to the left of the address, allow it there, and reload.",
                "After a denial, the console of the developer tools says that permission was denied for the “loopback” address space.",
                "A Web UI on plain http under a name of its own is denied without a question: open it over https, or forward its port and open it as http://localhost.",
                "Your organization may have decided this by a policy, such as LocalNetworkAccessAllowedForUrls.",
            ],
        ),
        steps(
            "Firefox",
            &[
                "Newer versions ask the same question. Click the permissions icon to the left of the address, take the block away, and reload.",
            ],
        ),
        steps(
            "Safari",
            &[
                "It may block http on this machine from an https page as mixed content, without a question. Give the Web UI the https endpoint of this app, or use another browser.",
            ],
        ),
    ]
}

/// How the authority of this machine is trusted.
pub(super) fn trust() -> Vec<ClientSteps> {
    vec![
        steps(
            "Chrome and Edge",
            &[
                "On Linux, import the certificate with certutil, in the words of Export certificate; on macOS and Windows they trust what the system trusts.",
            ],
        ),
        steps(
            "Firefox",
            &["Settings, Certificates, View Certificates, Authorities, Import."],
        ),
        steps(
            "Programs",
            &[
                "Give the certificate to the program’s own option for authorities; temporal-codec authority prints it.",
            ],
        ),
    ]
}

fn steps(client: &str, steps: &[&str]) -> ClientSteps {
    ClientSteps {
        client: client.to_owned(),
        steps: steps.iter().map(|&step| step.to_owned()).collect(),
    }
}
