import { readFile } from 'node:fs/promises';
import ts from 'typescript';

const BLOCKS = new Set(['describe', 'it', 'test']);

/**
 * The titles of the tests of a file, and the texts of the tables that they are made from. Skipped tests are left out;
 * `${…}` stands for what a title computes.
 */
export async function testTitles(path) {
  const source = ts.createSourceFile(path, await readFile(path, 'utf8'), ts.ScriptTarget.Latest);
  const titles = [];
  const visit = (node) => {
    if (ts.isCallExpression(node) && isBlock(node.expression)) {
      const [title] = node.arguments.slice(0, 1).map(textOf);
      if (title !== undefined) titles.push(title);
    }
    if (ts.isCallExpression(node) && isEach(node.expression))
      titles.push(...node.arguments.flatMap(textsIn));
    ts.forEachChild(node, visit);
  };
  visit(source);
  return titles;
}

/** `it`, `describe.each(rows)`, `(canMount ? describe : describe.skip)`, but not `it.skip`. */
function isBlock(callee) {
  if (ts.isIdentifier(callee)) return BLOCKS.has(callee.text);
  if (ts.isParenthesizedExpression(callee)) return isBlock(callee.expression);
  if (ts.isConditionalExpression(callee)) return [callee.whenTrue, callee.whenFalse].some(isBlock);
  if (ts.isPropertyAccessExpression(callee))
    return callee.name.text === 'each' && isBlock(callee.expression);
  if (ts.isTaggedTemplateExpression(callee)) return isBlock(callee.tag);
  return ts.isCallExpression(callee) && isEach(callee.expression);
}

const isEach = (callee) =>
  ts.isPropertyAccessExpression(callee) && callee.name.text === 'each' && isBlock(callee);

function textsIn(node) {
  const texts = [];
  const visit = (inner) => {
    const text = textOf(inner);
    if (text !== undefined) texts.push(text);
    else ts.forEachChild(inner, visit);
  };
  visit(node);
  return texts;
}

function textOf(node) {
  if (ts.isStringLiteralLike(node)) return node.text;
  if (!ts.isTemplateExpression(node)) return undefined;
  return node.head.text + node.templateSpans.map((span) => `\${…}${span.literal.text}`).join('');
}
