import type { INestApplication } from '@nestjs/common';
import type { OpenAPIObject } from '@nestjs/swagger';
import { Ajv, type ValidateFunction } from 'ajv';
import addFormats from 'ajv-formats';
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import { publicPath } from '../../src/api/compute-v2.1/openapi.js';
import { openApiDocument } from '../../src/platform/openapi/openapi.js';
import { operationsOf } from '../../src/platform/openapi/operations.js';

type Responses = ReturnType<typeof operationsOf>[number]['operation']['responses'];

/** What the OpenAPI document says about answers; the same for every application of a test file. */
class DocumentedAnswers {
  private readonly ajv = new Ajv({ strict: false });
  private readonly operations: ReadonlyMap<string, Responses>;
  private readonly validators = new Map<string, ValidateFunction | null>();

  constructor(private readonly document: OpenAPIObject) {
    addFormats.default(this.ajv);
    this.operations = new Map(
      operationsOf(document).map(({ path, method, operation }) => [
        `${method.toUpperCase()} ${path}`,
        operation.responses,
      ]),
    );
  }

  /** @returns what contradicts the document; null where nothing does, or where it says nothing of the route */
  judge(operation: string, status: number, text: string | null): string | null {
    const responses = this.operations.get(operation);
    if (responses === undefined) return null;
    if (responses[status] === undefined) return `${operation} ${status} is not documented.`;
    if (text === null) return null;
    const validate = this.validator(operation, status);
    if (validate === null) return `${operation} ${status} is documented without ${text}`;
    if (validate(JSON.parse(text))) return null;
    return `${operation} ${status}: ${this.ajv.errorsText(validate.errors)} in ${text}`;
  }

  private validator(operation: string, status: number): ValidateFunction | null {
    const key = `${operation} ${status}`;
    const known = this.validators.get(key);
    if (known !== undefined) return known;
    const response = this.operations.get(operation)?.[status];
    const content = response !== undefined && 'content' in response ? response.content : undefined;
    const schema = content?.['application/json']?.schema;
    const { components } = this.document;
    const compiled = schema === undefined ? null : this.ajv.compile({ ...schema, components });
    this.validators.set(key, compiled);
    return compiled;
  }
}

let documented: DocumentedAnswers | undefined;

/** Compares the answers of an application with its OpenAPI document. */
export class Contract {
  private readonly breaches = new Set<string>();

  private constructor(private readonly app: INestApplication) {}

  /** From now on every answer is compared. */
  static watch(app: INestApplication, fastify: FastifyInstance): Contract {
    const contract = new Contract(app);
    fastify.addHook('onSend', (request, reply, payload, done) => {
      contract.compare(request, reply, payload);
      done();
    });
    return contract;
  }

  /** @throws when an answer since the last call contradicts the document */
  requireKept(): void {
    const breaches = [...this.breaches];
    this.breaches.clear();
    if (breaches.length > 0) throw new Error(`Not as documented: ${breaches.join('\n')}`);
  }

  private compare(request: FastifyRequest, reply: FastifyReply, payload: unknown): void {
    const { url } = request.routeOptions;
    if (url === undefined || request.method === 'HEAD') return;
    documented ??= new DocumentedAnswers(openApiDocument(this.app));
    const isJson = String(reply.getHeader('content-type')).startsWith('application/json');
    const path = publicPath(url.replaceAll(/:([A-Za-z_]+)/g, '{$1}'));
    const operation = `${request.method} ${path}`;
    const text = isJson && typeof payload === 'string' && payload !== '' ? payload : null;
    const breach = documented.judge(operation, reply.statusCode, text);
    if (breach !== null) this.breaches.add(breach);
  }
}
