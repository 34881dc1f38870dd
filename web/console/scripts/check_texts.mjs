// The catalogues and the sources fit together: every key is in each language with the same
// parameters, every key is used, and no component holds words of its own.
import ts from 'typescript';
import { readFileSync, readdirSync, statSync } from 'node:fs';
import { join, relative } from 'node:path';

const root = new URL('../src', import.meta.url).pathname;
const faults = [];

function files(folder, fits) {
  return readdirSync(folder).flatMap((name) => {
    const path = join(folder, name);
    if (statSync(path).isDirectory()) return files(path, fits);
    return fits(path) ? [path] : [];
  });
}

function catalogue(language) {
  const all = new Map();
  for (const path of files(join(root, 'locales', language), (p) => p.endsWith('.json')))
    for (const [key, text] of Object.entries(JSON.parse(readFileSync(path, 'utf8')))) {
      if (all.has(key)) faults.push(`${language}: '${key}' stands twice`);
      all.set(key, text);
    }
  return all;
}

const texts = (entry) => (typeof entry === 'string' ? [entry] : Object.values(entry));
const params = (entry) =>
  [...new Set(texts(entry).flatMap((text) => [...text.matchAll(/\{(\w+)\}/g)].map((m) => m[1])))]
    .sort()
    .join();

const languages = readdirSync(join(root, 'locales'));
const english = catalogue('en');
for (const language of languages.filter((one) => one !== 'en')) {
  const other = catalogue(language);
  for (const [key, entry] of english) {
    if (!other.has(key)) faults.push(`${language}: '${key}' is missing`);
    else if (params(entry) !== params(other.get(key)))
      faults.push(`${language}: '${key}' has other parameters than English`);
  }
  for (const key of other.keys())
    if (!english.has(key)) faults.push(`${language}: '${key}' is not an English key`);
}

// A key is used as a literal, or by a template whose fixed parts fit: `phase.${phase}`.
const used = new Set();
const patterns = [];
// What is language of nobody: signs, digits, the product's name.
const wordless = /^[\s\d\p{P}\p{S}]*$/u;
const spoken = new Set(['aria-label', 'alt', 'title', 'label', 'placeholder', 'description']);

for (const path of files(root, (p) => /\.tsx?$/.test(p) && !/\.test\.|\.gen\./.test(p))) {
  const source = ts.createSourceFile(path, readFileSync(path, 'utf8'), ts.ScriptTarget.Latest, true);
  const here = (node) => {
    const { line } = source.getLineAndCharacterOfPosition(node.getStart());
    return `${relative(root, path)}:${line + 1}`;
  };
  const visit = (node) => {
    if (ts.isStringLiteral(node) || ts.isNoSubstitutionTemplateLiteral(node)) {
      if (english.has(node.text)) used.add(node.text);
    } else if (ts.isTemplateExpression(node)) {
      const parts = [node.head.text, ...node.templateSpans.map((span) => span.literal.text)];
      if (/^[a-z_]+\./.test(parts[0]))
        patterns.push(
          new RegExp(`^${parts.map((p) => p.replace(/[.*+?^${}()|[\]\\]/g, '\\$&')).join('.+')}$`),
        );
    } else if (ts.isJsxText(node) && !wordless.test(node.text)) {
      faults.push(`${here(node)}: words in a component: '${node.text.trim()}'`);
    } else if (
      ts.isJsxAttribute(node) &&
      spoken.has(node.name.getText()) &&
      node.initializer &&
      ts.isStringLiteral(node.initializer) &&
      !wordless.test(node.initializer.text)
    ) {
      faults.push(`${here(node)}: words in ${node.name.getText()}: '${node.initializer.text}'`);
    }
    ts.forEachChild(node, visit);
  };
  visit(source);
}
for (const key of english.keys())
  if (!used.has(key) && !patterns.some((pattern) => pattern.test(key)))
    faults.push(`en: '${key}' is used nowhere`);

if (faults.length > 0) {
  console.error(faults.join('\n'));
  process.exit(1);
}
console.log(`${english.size} texts in ${languages.length} languages`);
