/** The taxpayer's web application (Aplikacja Podatnika KSeF) of an environment, as a link. */
define('modules/ksef/portal', ['modules/ksef/element'], ({element}) => ({
    /** A link for the environment of the view's profile, or null while none is chosen. */
    link: view => {
        const environment = view.model.get('environment');
        const url = view.getMetadata().get(['app', 'ksef', 'portalUrls', environment || '']);

        if (!url) {
            return null;
        }

        const name = view.getLanguage().translateOption(environment, 'environment', 'KsefProfile');
        const link = element('a', '', `${view.translate('Taxpayer Web Application', 'labels', 'KsefProfile')}: ${name}`);

        link.href = url;
        link.target = '_blank';
        link.rel = 'noopener noreferrer';

        return element('div', 'ksef-portal small', link);
    },
}));
