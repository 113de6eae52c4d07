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
         * @param {function(string): string} pageAt The address of a place of the documentation; empty without a site.
         * @returns {HTMLElement[]}
         */
        of: (language, folder, pageAt) => ['Command', 'Containers'].map(way => {
            const text = key => language.translate(`${key}${way}`, category, scope);
            const url = pageAt(text('placeOf'));
            const document = text('documentOf');
            const made = element('div', 'ksef-way',
                message(fill(text('wayBy'), {folder})),
                ' ',
                outside(url, document) || element('span', 'text-muted', document),
            );

            made.style.marginTop = '6px';

            return made;
        }),
    };
});
