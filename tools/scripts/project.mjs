// The one place that says where the project lives. `undefined` is not known yet; then the field is left out of
// package.json, and a publish is refused (tools/scripts/package-fields.mjs).

/** Such as 'https://github.com/owner/hooklatch'. A release on GitHub knows it by itself. */
const REPOSITORY = undefined;

/** Such as 'https://example.org'; else the README in the repository. */
const HOMEPAGE = undefined;

/** Such as 'https://github.com/sponsors/owner'; it may stay unknown. */
const FUNDING = undefined;

const { GITHUB_REPOSITORY = '' } = process.env;
const ofRelease = GITHUB_REPOSITORY === '' ? undefined : `https://github.com/${GITHUB_REPOSITORY}`;
const repository = REPOSITORY ?? ofRelease;

export const PROJECT = {
  repository,
  homepage: HOMEPAGE ?? (repository && `${repository}#readme`),
  site: HOMEPAGE,
  bugs: repository && `${repository}/issues`,
  funding: FUNDING,
};
