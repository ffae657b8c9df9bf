// One folder at a time (scripts/mutation/run.mjs): its specs, and no others, must notice what is changed in it.
const folder = process.env['MUTATED_FOLDER'] ?? 'src/images/domain';
const name = folder.replaceAll('/', '-');

export default {
  mutate: [`${folder}/**/*.ts`, '!**/*.spec.ts'],
  plugins: ['./scripts/mutation/spec-runner.mjs'],
  testRunner: 'specs',
  specFolder: folder,
  coverageAnalysis: 'perTest',
  ignorePatterns: ['coverage', 'dist', 'docs', 'examples', '.data', 'test/e2e', 'test/integration'],
  concurrency: 1,
  reporters: ['clear-text', 'html', 'progress-append-only'],
  htmlReporter: { fileName: `coverage/mutation/${name}.html` },
  clearTextReporter: { allowColor: false, logTests: false, reportTests: false },
  thresholds: { high: 95, low: 85, break: 85 },
  tempDirName: '.stryker-tmp',
  warnings: { unknownOptions: false, slow: false },
};
