/** The schema of policies (JSON Schema, draft 2020-12). */

const names = { type: 'array', maxItems: 256, items: { type: 'string', minLength: 1 } } as const;
const amount = { type: 'integer', minimum: 0, maximum: Number.MAX_SAFE_INTEGER } as const;

export const schema = {
  $schema: 'https://json-schema.org/draft/2020-12/schema',
  title: 'Policy of a capability',
  type: 'object',
  additionalProperties: false,
  properties: {
    origins: names,
    methods: {
      ...names,
      items: { enum: ['GET', 'HEAD', 'OPTIONS', 'POST', 'PUT', 'PATCH', 'DELETE'] },
    },
    headers: names,
    add: {
      type: 'array',
      maxItems: 32,
      items: {
        type: 'object',
        additionalProperties: false,
        required: ['header'],
        properties: {
          header: { type: 'string', pattern: "^[A-Za-z0-9!#$%&'*+.^_`|~-]+$" },
          secret: { type: 'string', minLength: 1 },
          value: { type: 'string' },
          prefix: { type: 'string' },
          origins: names,
        },
      },
    },
    redirects: { enum: ['error', 'follow'] },
    bytes: {
      type: 'object',
      additionalProperties: false,
      properties: { request: amount, response: amount, total: amount },
    },
    per_minute: amount,
    kinds: {
      type: 'array',
      maxItems: 256,
      items: {
        anyOf: [
          { type: 'integer', minimum: 0, maximum: 65_535 },
          { type: 'string', pattern: '^[0-9]{1,5}-[0-9]{1,5}$' },
        ],
      },
    },
    relays: names,
    confirm: { enum: ['never', 'unlisted', 'always'] },
  },
} as const;
