import type { Scenario } from '../scenario.js';
import { killDatabase, killService, restartDatabase } from './kills.js';

/** Every scenario by its name. */
export const SCENARIOS: Readonly<Record<string, Scenario>> = {
  'kill-service': killService,
  'kill-database': killDatabase,
  'restart-database': restartDatabase,
};
