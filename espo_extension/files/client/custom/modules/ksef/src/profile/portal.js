/** The taxpayer's web application (Aplikacja Podatnika KSeF), where tokens and certificates come from. */
define('modules/ksef/profile/portal', [
    'modules/ksef/messages/message-text',
    'modules/ksef/ui/element',
], (MessageText, {element, outside}) => {
    const anchor = (view, section) => {
        const environment = view.model.get('environment') || '';
        const inWords = view.translate(`environmentOf_${environment}`, 'messages', 'KsefCertificate');
        const text = view.translate(`portal${section}`, 'messages', 'KsefProfile').replace('{environment}', inWords);

        return outside(view.getMetadata().get(['app', 'ksef', 'portalUrls', environment]), text);
    };

    return {
        /**
         * A link to the application of the environment that the view's profile is in.
         *
         * @param {'Tokens'|'Certificates'} section Where in the application.
         * @returns {HTMLElement|string} An empty text while no environment is chosen.
         */
        anchor,

        /**
         * The same on a line of its own, and beside it a link to how somebody gets in there for the first time, where
         * the documentation has a site.
         *
         * @returns {?HTMLElement} Null when there is neither.
         */
        link: (view, section) => {
            const portal = anchor(view, section);
            // A form has it once.
            const first = view.name === 'offlineCertificate' ? '' : MessageText.of(view).firstAccess;

            return portal || first
                ? element('div', 'ksef-portal small', portal, portal && first ? ' · ' : '', first)
                : null;
        },
    };
});
