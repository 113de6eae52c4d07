/** How a bridge is set up: by one command on EspoCRM's machine, or in containers. */
define('modules/ksef/first-steps/two-ways', [
    'modules/ksef/messages/filled-text',
    'modules/ksef/ui/element',
], ({fill}, {element, message, outside}) => {
    const scope = 'Settings';
    const category = 'ksefFirstSteps';

    return {
        /**
         * @param {Object} language EspoCRM's
         * @param {string} folder EspoCRM's, as a command line takes it.
         * @param {function(string): string} addressOf Of a page of the documentation; empty without a site.
         * @returns {HTMLElement[]}
         */
        of: (language, folder, addressOf) => ['Command', 'Containers'].map(way => {
            const text = key => language.translate(`${key}${way}`, category, scope);
            const document = text('documentOf');
            const made = element('div', 'ksef-way',
                message(fill(text('wayBy'), {folder})),
                ' ',
                outside(addressOf(`pageOf${way}`), document) || element('span', 'text-muted', document),
            );

            made.style.marginTop = '6px';

            return made;
        }),
    };
});
