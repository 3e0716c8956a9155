// Makes a compiled list of exports load each file when a name of it is first read, and not before.
// `import` from an ES module reads every name of a list, and so loads every file of it.

const REQUIRE = /^(?:var|const) (\w+) = (require\("\.[^"]*"\));$/gm;

/**
 * The text of a file that TypeScript has compiled from `export { name } from './file'` lines. The getters that it has
 * made for the names stay word for word: Node 20 and 22 tell an ES module of no others.
 */
export function loadWhenNamed(text) {
  return text.replace(REQUIRE, (_line, variable, load) => {
    const uses = text.matchAll(new RegExp(`\\b${variable}\\.(\\w+)`, 'g'));
    const names = [...new Set(Array.from(uses, ([, name]) => name))];
    const getters = names.map((name) => `get ${name}() { return (${variable}_loaded ??= ${load}).${name}; }`);
    return `let ${variable}_loaded; const ${variable} = { ${getters.join(', ')} };`;
  });
}
