/** What a trajectory is held against. */
import type { Json } from '../kernel/service.ts';

const text_ = { type: 'string' };
/** The parts of ATIF v1.4 (Harbor RFC 0001) that a trajectory of ours can have, as a JSON Schema. */
export const atif: Json = {
  type: 'object',
  required: ['schema_version', 'session_id', 'agent', 'steps'],
  additionalProperties: false,
  properties: {
    schema_version: { const: 'ATIF-v1.4' },
    session_id: text_,
    agent: {
      type: 'object',
      required: ['name', 'version'],
      properties: { name: text_, version: text_ },
    },
    final_metrics: { type: 'object', properties: { total_steps: { type: 'integer' } } },
    steps: {
      type: 'array',
      items: {
        type: 'object',
        required: ['step_id', 'source', 'message'],
        additionalProperties: false,
        properties: {
          step_id: { type: 'integer', minimum: 1 },
          timestamp: { type: 'string', pattern: '^\\d{4}-\\d\\d-\\d\\dT\\d\\d:\\d\\d:\\d\\d' },
          source: { enum: ['system', 'user', 'agent'] },
          message: text_,
          model_name: text_,
          reasoning_content: text_,
          tool_calls: {
            type: 'array',
            items: {
              type: 'object',
              required: ['tool_call_id', 'function_name', 'arguments'],
              properties: {
                tool_call_id: text_,
                function_name: text_,
                arguments: { type: 'object' },
              },
            },
          },
          observation: {
            type: 'object',
            required: ['results'],
            properties: {
              results: {
                type: 'array',
                items: { type: 'object', properties: { source_call_id: text_, content: text_ } },
              },
            },
          },
          metrics: { type: 'object' },
          extra: { type: 'object' },
        },
        anyOf: [
          { properties: { source: { const: 'agent' } } },
          { not: { anyOf: [{ required: ['tool_calls'] }, { required: ['metrics'] }] } },
        ],
      },
    },
  },
};
