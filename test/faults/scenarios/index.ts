import type { Scenario } from '../scenario.js';
import { fewConnections, hangDatabase, loseAnswers } from './database-trouble.js';
import { failover } from './failover.js';
import { killDatabase, killService, killWorker, restartDatabase } from './kills.js';
import { onceEach, rollingRestart } from './replicas.js';
import { stopStore } from './store-server.js';
import { cutStore, diskFull } from './stores.js';
import { upgrade } from './upgrade.js';

/** Every scenario by its name. */
export const SCENARIOS: Readonly<Record<string, Scenario>> = {
  'kill-service': killService,
  'kill-worker': killWorker,
  'kill-database': killDatabase,
  'restart-database': restartDatabase,
  'hang-database': hangDatabase,
  'lose-answers': loseAnswers,
  failover,
  'few-connections': fewConnections,
  'cut-store': cutStore,
  'stop-store': stopStore,
  'disk-full': diskFull,
  'rolling-restart': rollingRestart,
  upgrade,
  'once-each': onceEach,
};
