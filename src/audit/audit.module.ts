import { Module, type Provider } from '@nestjs/common';
import { AuthModule } from '../auth/auth.module.js';
import { ImagesModule } from '../images/images.module.js';
import { CONFIG, type Config } from '../platform/config/config.js';
import { Tracing } from '../platform/observability/tracing/span.js';
import { DeliverEvents, WEBHOOKS } from './application/deliver-events.js';
import { EventFeed } from './application/event-feed.js';
import { EventHorizon } from './application/event-horizon.js';
import { FollowEvents } from './application/follow-events.js';
import { ListAuditRecords } from './application/list-audit-records.js';
import { ManageWebhooks } from './application/manage-webhooks.js';
import { AuditRepository } from './application/ports/audit.repository.js';
import { DeliveryRepository } from './application/ports/delivery.repository.js';
import { EventLog } from './application/ports/event-log.js';
import { WebhookSender } from './application/ports/webhook-sender.js';
import {
  AUDIT_RETENTION_SECONDS,
  RemoveExpiredRecords,
} from './application/remove-expired-records.js';
import { AuditController } from './catalog-v1/audit.controller.js';
import { EventsController } from './catalog-v1/events.controller.js';
import { WebhooksController } from './catalog-v1/webhooks.controller.js';
import { HttpWebhookSender } from './delivery/http-webhook-sender.js';
import type { Webhook } from './domain/webhook.js';
import { DeliveryFigures } from './persistence/delivery-figures.js';
import { SqlAuditRepository } from './persistence/sql-audit.repository.js';
import { SqlDeliveryRepository } from './persistence/sql-delivery.repository.js';
import { SqlEventLog } from './persistence/sql-event-log.js';

const settings: Provider[] = [
  {
    provide: AUDIT_RETENTION_SECONDS,
    inject: [CONFIG],
    useFactory: ({ audit }: Config): number => audit.retentionSeconds,
  },
  {
    provide: WEBHOOKS,
    inject: [CONFIG],
    useFactory: ({ audit }: Config): Webhook[] =>
      audit.webhooks.map(({ id, actions = null, maxAttempts, retrySeconds }) => ({
        id,
        actions,
        maxAttempts,
        retrySeconds,
      })),
  },
  {
    provide: WebhookSender,
    inject: [CONFIG, Tracing],
    useFactory: ({ audit, links }: Config, tracing: Tracing | null) =>
      new HttpWebhookSender(audit.webhooks, `${links.publicUrl ?? ''}/catalog/v1`, tracing),
  },
];

/** Who changed what: the database writes records of every change; this shows them and sends them out as events. */
@Module({
  imports: [AuthModule, ImagesModule],
  controllers: [AuditController, EventsController, WebhooksController],
  providers: [
    ListAuditRecords,
    RemoveExpiredRecords,
    EventHorizon,
    EventFeed,
    FollowEvents,
    DeliverEvents,
    ManageWebhooks,
    DeliveryFigures,
    { provide: AuditRepository, useClass: SqlAuditRepository },
    { provide: EventLog, useClass: SqlEventLog },
    { provide: DeliveryRepository, useClass: SqlDeliveryRepository },
    ...settings,
  ],
})
export class AuditModule {}
