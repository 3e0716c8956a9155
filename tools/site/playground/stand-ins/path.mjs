// `node:path` for a page, which has no files.
export const basename = (path) => path.replace(/^.*\//, '');
