let globals;

export function initialize(data) {
  globals = data.globals;
}

export const resolve = (specifier, context, nextResolve) =>
  specifier === '@jest/globals'
    ? { url: globals, shortCircuit: true }
    : nextResolve(specifier, context);
