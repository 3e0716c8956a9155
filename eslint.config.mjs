import js from '@eslint/js';
import { rules as regexpRules } from 'eslint-plugin-regexp';
import globals from 'globals';
import tseslint from 'typescript-eslint';

// RULES: a MAC, a token, a digest or a secret is compared by timingSafeEqual and by nothing else.
const SECRET_NAMES = '/(mac|signature|digest|token|secret|expected)$/i';
const NAMED = ['left.name', 'left.property.name', 'right.name', 'right.property.name'];
// esquery takes an attribute that is not there for the text 'undefined', so the type is asked too.
const isUndefined = (side) => `[${side}.type='Identifier'][${side}.name='undefined']`;
const noPlainComparison = {
  selector:
    `BinaryExpression[operator=/^[!=]==?$/]:matches(${NAMED.map((name) => `[${name}=${SECRET_NAMES}]`).join()})` +
    `:not([left.type='Literal'], [right.type='Literal'], ${isUndefined('left')}, ${isUndefined('right')})`,
  message: 'Compare secret bytes with timingSafeEqual.',
};

// A clock that is kept when something is made misses the date that a test fakes afterwards, and keeps one that it faked before.
const noKeptClock = {
  selector: "MemberExpression[object.name='Date'][property.name='now']:not(.callee)",
  message: 'Ask for the time when it is needed: () => Date.now().',
};

export default tseslint.config(
  {
    ignores: [
      'dist',
      'examples/dist',
      'coverage',
      'docs/api',
      '.stryker-tmp',
      'reports',
      'tools/site/{dist,pages}/**',
      'tools/site/.vitepress/cache/**',
    ],
  },
  js.configs.recommended,
  {
    files: ['**/*.js', '**/*.cjs', '**/*.mjs'],
    languageOptions: { globals: globals.node, sourceType: 'commonjs' },
  },
  {
    // No expression takes longer than its text is long, whatever a stranger sends.
    files: ['src/**', 'examples/**'],
    plugins: { regexp: { rules: regexpRules } },
    rules: {
      'regexp/no-super-linear-backtracking': ['error', { report: 'potential' }],
      'regexp/no-super-linear-move': ['error', { report: 'potential' }],
    },
  },
  { files: ['**/*.mjs'], languageOptions: { sourceType: 'module' } },
  {
    files: ['src/inspector/page/*.mjs', 'tools/site/playground/**/*.mjs'],
    languageOptions: { globals: globals.browser },
  },
  {
    files: ['**/*.ts'],
    extends: [tseslint.configs.strictTypeChecked, tseslint.configs.stylisticTypeChecked],
    languageOptions: {
      parserOptions: { project: ['./tsconfig.json'], tsconfigRootDir: import.meta.dirname },
    },
    rules: {
      '@typescript-eslint/restrict-template-expressions': ['error', { allowNumber: true }],
      '@typescript-eslint/no-confusing-void-expression': ['error', { ignoreArrowShorthand: true }],
      '@typescript-eslint/consistent-type-imports': 'error',
      'no-restricted-syntax': ['error', noPlainComparison],
    },
  },
  { files: ['src/**/*.ts'], rules: { 'no-restricted-syntax': ['error', noPlainComparison, noKeptClock] } },
  {
    files: ['__tests__/**/*.ts', 'examples/**/*.ts'],
    rules: {
      '@typescript-eslint/no-non-null-assertion': 'off',
      '@typescript-eslint/no-unsafe-assignment': 'off',
      '@typescript-eslint/no-unsafe-member-access': 'off',
      '@typescript-eslint/no-unsafe-argument': 'off',
      '@typescript-eslint/no-unsafe-return': 'off',
      '@typescript-eslint/no-unsafe-call': 'off',
      '@typescript-eslint/require-await': 'off',
    },
  },
);
