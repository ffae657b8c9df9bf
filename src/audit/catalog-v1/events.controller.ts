import { Controller, Get, Inject, Req, Res } from '@nestjs/common';
import { ApiHeader, ApiOperation, ApiProduces, ApiResponse, ApiTags } from '@nestjs/swagger';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { BaseUrls } from '../../api/http/base-urls.js';
import { NoBody } from '../../api/http/no-body.guard.js';
import { Fails, NeedsToken } from '../../api/http/openapi.js';
import { CurrentPrincipal, Requires } from '../../auth/decorators.js';
import { CallerStanding } from '../../auth/caller-standing.js';
import type { Principal } from '../../kernel/principal.js';
import { FollowEvents } from '../application/follow-events.js';
import { parseRecordId } from './audit.request.js';
import { toEventStream } from './event-stream.js';

/** An addition to the OpenStack APIs: changes as they happen. */
@ApiTags('Catalog: audit and events')
@NeedsToken()
@Controller('catalog/v1/events')
export class EventsController {
  constructor(
    @Inject(FollowEvents) private readonly follow: FollowEvents,
    @Inject(CallerStanding) private readonly standing: CallerStanding,
    @Inject(BaseUrls) private readonly urls: BaseUrls,
  ) {}

  @Get()
  @Requires('audit:read')
  @NoBody()
  @ApiOperation({
    operationId: 'followEvents',
    summary: 'Follow changes as server-sent events',
    description:
      'CloudEvents 1.0: for admins all; for others those of their tenant, and of images of others that they see that they changed. Ends when the token does.',
  })
  @ApiHeader({
    name: 'Last-Event-ID',
    required: false,
    description: 'Go on behind this event; without it, from now on',
  })
  @ApiProduces('text/event-stream')
  @ApiResponse({
    status: 200,
    description: 'The stream; comments at least every 15 seconds are signs of life.',
    content: { 'text/event-stream': { schema: { type: 'string' } } },
  })
  @Fails(400, 403)
  async stream(
    @CurrentPrincipal() principal: Principal,
    @Req() request: FastifyRequest,
    @Res() reply: FastifyReply,
  ): Promise<void> {
    const gone = new AbortController();
    reply.raw.on('close', () => {
      gone.abort();
    });
    const items = await this.follow.begin({
      after: lastEventId(request),
      standing: () => this.standing.of(request, principal, 'audit:read'),
      signal: gone.signal,
    });
    const headers = { 'Cache-Control': 'no-store', 'X-Accel-Buffering': 'no' };
    void reply.headers(headers).type('text/event-stream; charset=utf-8');
    await reply.send(toEventStream(items, `${this.urls.origin(request)}/catalog/v1`));
  }
}

function lastEventId({ headers }: FastifyRequest): bigint | null {
  const given = headers['last-event-id'];
  return typeof given === 'string' && given !== '' ? parseRecordId(given, 'Last-Event-ID') : null;
}
