import { Inject, Injectable, type CanActivate, type ExecutionContext } from '@nestjs/common';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { DomainError, InvalidRequest } from '../../kernel/errors.js';
import { ImportMethods } from '../application/imports/import-methods.js';
import type { ResumableUploadState } from '../application/ports/resumable-upload.repository.js';

const VERSION = '1.0.0';
const DIGITS = /^\d{1,18}$/;

/** tus 1.0.0, "Tus-Resumable": in every request and every answer. Without staging there are no such uploads. */
@Injectable()
export class SpeaksTus implements CanActivate {
  constructor(@Inject(ImportMethods) private readonly methods: ImportMethods) {}

  /** @throws StagingNotOffered, or a 412 error for another version */
  canActivate(context: ExecutionContext): boolean {
    this.methods.requireStaging();
    const http = context.switchToHttp();
    void http.getResponse<FastifyReply>().header('Tus-Resumable', VERSION);
    const { headers } = http.getRequest<FastifyRequest>();
    if (headers['tus-resumable'] === VERSION) return true;
    const options = { headers: { 'Tus-Version': VERSION } };
    const message = `The header Tus-Resumable must be ${VERSION}.`;
    throw new DomainError('precondition-failed', 'tus-version', message, options);
  }
}

/** tus, "Upload-Length"; one that is deferred is not offered. @throws InvalidRequest */
export function uploadLength({ headers }: FastifyRequest): bigint {
  const bytes = numberIn(headers['upload-length'], 'Upload-Length');
  if (bytes === 0n) throw new InvalidRequest('An upload that can be continued needs bytes.');
  return bytes;
}

/** tus, "Upload-Offset". @throws InvalidRequest */
export const uploadOffset = ({ headers }: FastifyRequest): bigint =>
  numberIn(headers['upload-offset'], 'Upload-Offset');

/** tus, "Expiration": absent once the upload has come to its end. */
export const expiresHeader = ({ expiresAt }: ResumableUploadState): Record<string, string> =>
  expiresAt === null ? {} : { 'Upload-Expires': expiresAt.toUTCString() };

function numberIn(text: string | string[] | undefined, name: string): bigint {
  if (typeof text === 'string' && DIGITS.test(text)) return BigInt(text);
  throw new InvalidRequest(`The header ${name} must be a whole number of bytes.`);
}
