/** What ESLint looks for in the extension's modules for the browser and in the tests that Node runs. */
const globals = require('globals');
const js = require('@eslint/js');

const source = 'espo_extension/files/client/**/*.js';
const tests = 'tests/client/**/*.js';

module.exports = [
    {
        files: [source, tests],
        languageOptions: {ecmaVersion: 2022},
        linterOptions: {reportUnusedDisableDirectives: 'error'},
        rules: {
            ...js.configs.recommended.rules,
            'array-callback-return': 'error',
            'block-scoped-var': 'error',
            'consistent-return': 'error',
            'curly': 'error',
            'default-param-last': 'error',
            'eqeqeq': 'error',
            'guard-for-in': 'error',
            'no-await-in-loop': 'error',
            'no-constructor-return': 'error',
            'no-eval': 'error',
            'no-implied-eval': 'error',
            'no-new-func': 'error',
            'no-param-reassign': 'error',
            'no-promise-executor-return': 'error',
            'no-return-assign': 'error',
            'no-script-url': 'error',
            'no-self-compare': 'error',
            'no-shadow': 'error',
            'no-template-curly-in-string': 'error',
            'no-throw-literal': 'error',
            'no-unmodified-loop-condition': 'error',
            'no-unreachable-loop': 'error',
            'no-unused-expressions': ['error', {allowTernary: true}],
            'no-unused-vars': ['error', {args: 'after-used'}],
            'no-use-before-define': ['error', {functions: false, variables: false}],
            'no-useless-concat': 'error',
            'no-var': 'error',
            'object-shorthand': 'error',
            'prefer-const': 'error',
            'prefer-promise-reject-errors': 'error',
            'require-atomic-updates': 'error',
        },
    },
    {
        files: [source],
        // Named AMD modules, which EspoCRM's loader reads as scripts of a page.
        languageOptions: {
            sourceType: 'script',
            globals: {...globals.browser, $: 'readonly', define: 'readonly', Espo: 'readonly'},
        },
        rules: {strict: ['error', 'never']},
    },
    {
        files: [tests],
        languageOptions: {sourceType: 'commonjs', globals: globals.node},
    },
];
