// Runs the specs of one folder for Stryker without Jest: in one process, loaded once. Jest needs seconds for a
// mutant that these specs judge in milliseconds (docs/adr/0067-mutants-are-judged-in-one-process.md).
import { INSTRUMENTER_CONSTANTS } from '@stryker-mutator/api/core';
import {
  PluginKind,
  commonTokens,
  declareFactoryPlugin,
  tokens,
} from '@stryker-mutator/api/plugin';
import {
  determineHitLimitReached,
  DryRunStatus,
  TestStatus,
  toMutantRunResult,
} from '@stryker-mutator/api/test-runner';
import { readdirSync } from 'node:fs';
import { register } from 'node:module';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { claims } from './specs.mjs';

class SpecRunner {
  #instrumented = (globalThis[INSTRUMENTER_CONSTANTS.NAMESPACE] ??= {});
  #folder;
  #areLoaded = false;

  constructor(options) {
    this.#folder = options.specFolder;
  }

  /** Mutants of what runs while a module is loaded need a new process. */
  capabilities() {
    return { reloadEnvironment: false };
  }

  async dryRun() {
    const result = await this.#run(claims);
    return { ...result, mutantCoverage: this.#instrumented.mutantCoverage };
  }

  async mutantRun({ activeMutant, testFilter, hitLimit, disableBail }) {
    Object.assign(this.#instrumented, { activeMutant: activeMutant.id, hitLimit, hitCount: 0 });
    const wanted = testFilter && new Set(testFilter);
    await this.#load();
    const chosen = wanted ? claims.filter(({ name }) => wanted.has(name)) : claims;
    return toMutantRunResult(await this.#run(chosen, !disableBail));
  }

  async #run(chosen, isOver = false) {
    const tests = [];
    try {
      await this.#load();
    } catch (error) {
      return { status: DryRunStatus.Error, errorMessage: String(error?.stack ?? error) };
    }
    for (const claim of chosen) {
      tests.push(await this.#judge(claim));
      if (isOver && tests.at(-1).status === TestStatus.Failed) break;
    }
    const { hitCount, hitLimit } = this.#instrumented;
    return determineHitLimitReached(hitCount, hitLimit) ?? { status: DryRunStatus.Complete, tests };
  }

  async #judge({ name, body }) {
    const start = performance.now();
    const test = () => ({ id: name, name, timeSpentMs: performance.now() - start });
    this.#instrumented.currentTestId = name;
    try {
      await body();
      return { ...test(), status: TestStatus.Success };
    } catch (error) {
      const failureMessage = String(error?.message ?? error);
      return { ...test(), status: TestStatus.Failed, failureMessage };
    } finally {
      this.#instrumented.currentTestId = undefined;
    }
  }

  async #load() {
    if (this.#areLoaded) return;
    this.#areLoaded = true;
    const globals = new URL('specs.mjs', import.meta.url).href;
    register('../../test/support/typescript-loader.mjs', import.meta.url);
    register('./specs-loader.mjs', import.meta.url, { data: { globals } });
    for (const file of readdirSync(this.#folder, { recursive: true })) {
      const isSpec = file.endsWith('.spec.ts') && !file.endsWith('.fuzz.spec.ts');
      if (isSpec) await import(pathToFileURL(join(this.#folder, file)).href);
    }
  }
}

const create = (options) => new SpecRunner(options);
create.inject = tokens(commonTokens.options);

export const strykerPlugins = [declareFactoryPlugin(PluginKind.TestRunner, 'specs', create)];
