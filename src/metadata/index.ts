export {
  LoadDefinitions,
  type LoadedNamespace,
  type LoadOutcome,
} from './application/load-definitions.js';
export { DefinitionFileError } from './image-v2/definition-files.js';
export { loadDefinitions, type LoadDefinitionsOptions } from './metadata.commands.js';
