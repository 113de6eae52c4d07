/** What was found in the files, in words. */
define('modules/ksef/certificate-files/found-certificates', [
    'modules/ksef/certificate/days-left',
    'modules/ksef/certificate/facts',
    'modules/ksef/messages/filled-text',
    'modules/ksef/messages/message-text',
    'modules/ksef/ui/element',
], (daysLeft, certificateFacts, {fill}, MessageText, {element, label}) => {
    const scope = 'KsefProfile';
    const styles = {error: 'text-danger', warning: 'text-warning', info: 'text-soft'};

    const finding = (texts, each) => element('div', styles[each.severity] || '', ...texts.nodes(each));

    const files = (view, {certificateFile, keyFile}) => certificateFile === keyFile ?
        certificateFile :
        fill(view.translate('addCertificatesPair', 'messages', scope), {certificateFile, keyFile});

    const certificate = (view, texts, found) => {
        const message = key => view.translate(key, 'messages', 'KsefCertificate');
        const goesTo = found.field && fill(view.translate('addCertificatesGoesTo', 'messages', scope), {
            field: view.translate(found.field, 'fields', scope),
        });

        return row(
            found.field ? 'success' : 'danger',
            found.field ?
                view.translate(found.field, 'fields', scope) :
                view.translate('Cannot Be Used', 'labels', scope),
            element('div', 'ksef-found-facts', certificateFacts.sentence(found.facts, message, daysLeft.dateOf(view))),
            element('div', 'text-soft ksef-found-files', files(view, found)),
            goesTo ? element('div', 'text-soft', goesTo) : '',
            ...found.findings.map(each => finding(texts, each)),
        );
    };

    const isLocked = each => each.field === 'password';

    /** Before the first password is typed, no certificate is said to lack a key. */
    const known = ({certificates, leftOver}) => !certificates.length && leftOver.some(isLocked) ?
        leftOver.filter(each => each.code !== 'certificate-without-key') :
        leftOver;

    const row = (style, status, ...told) => element('div', 'ksef-found list-group-item',
        element('div', '', label(style, status)),
        ...told,
    );

    return {
        /**
         * @param {Object} view Any view.
         * @param {{certificates: Object[], leftOver: Object[]}} sorting The server's answer.
         * @returns {HTMLElement}
         */
        element: (view, sorting) => {
            const texts = MessageText.of(view);
            const {certificates} = sorting;
            const leftOver = known(sorting);

            return element('div', 'list-group',
                ...certificates.map(each => certificate(view, texts, each)),
                leftOver.length ? row(
                    'default',
                    view.translate('Left Over', 'labels', scope),
                    ...leftOver.map(each => finding(texts, each)),
                ) : '',
            );
        },

        /** The certificates that go into fields of the profile: fingerprints by field. */
        placed: ({certificates}) => Object.fromEntries(
            certificates.filter(each => each.field).map(each => [each.field, each.facts.fingerprint]),
        ),

        /** Whether one of them could renew itself: a certificate of KSeF's. */
        isRenewalAsked: ({certificates}) => certificates.some(each => each.field && each.facts.kind === 'Ksef'),

        /** The files whose keys no password opened. */
        locked: ({leftOver}) => leftOver.filter(isLocked).map(each => each.params.file),
    };
});
