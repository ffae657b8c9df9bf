import type { Command } from './command.js';
import { dumpCommand } from './dump.command.js';
import { hashImagesCommand } from './hash-images.command.js';
import { loadDefinitionsCommand } from './load-definitions.command.js';
import { loadCommand } from './load.command.js';
import { migrateCommand } from './migrate.command.js';
import { verifyCommand } from './verify.command.js';

/** Every command by its name, in the order of the help. */
export const COMMANDS: Readonly<Record<string, Command>> = {
  load: loadCommand,
  dump: dumpCommand,
  'load-definitions': loadDefinitionsCommand,
  migrate: migrateCommand,
  'hash-images': hashImagesCommand,
  verify: verifyCommand,
};
