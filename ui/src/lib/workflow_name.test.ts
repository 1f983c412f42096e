// How a document is called that says which Workflow it is about.
import { expect, test } from 'vitest';
import { workflowName } from './workflow_name';

test('its type and its id', () => {
  const described = { workflowExecutionInfo: { execution: { workflowId: 'order-1042', runId: '1' }, type: { name: 'OrderWorkflow' } } };
  expect(workflowName(JSON.stringify(described, null, 2))).toBe('OrderWorkflow · order-1042');
  expect(workflowName('{"workflow_id": "a", "input": {}}')).toBe('a');
});

test('nothing where it names none or several, or one that looks like another', () => {
  expect(workflowName('{"payloads": []}')).toBeUndefined();
  expect(workflowName('[{"workflowId": "a"}, {"workflowId": "b"}]')).toBeUndefined();
  expect(workflowName('{"workflowId": "a\u202eb"}')).toBeUndefined();
  expect(workflowName('{"workflowId": "a\u0007b"}')).toBeUndefined();
});
