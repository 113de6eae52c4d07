/** The ways in which a profile that logs in by token comes to log in by certificate. */
define('modules/ksef/profile/change-to-certificate', [
    'modules/ksef/certificate/days-left',
    'modules/ksef/messages/filled-text',
    'modules/ksef/profile/connection-remedies',
    'modules/ksef/profile/fitting-certificates',
    'modules/ksef/profile/portal',
    'modules/ksef/signing-request/ask',
    'modules/ksef/ui/element',
    'modules/ksef/ui/notice',
    'modules/ksef/ui/report-dialog',
], (
    daysLeft, {messagesOf}, connectionRemedies, fittingCertificates, portal, signingRequest, {button}, notice, reportDialog,
) => {
    const scope = 'KsefProfile';
    const field = 'authorizationCertificate';

    const label = (view, key) => view.translate(key, 'labels', scope);

    const change = async (view, certificate) => {
        if (await fittingCertificates.link(view, certificate)) {
            connectionRemedies.test(view);
        }
    };

    /** EspoCRM's form for a new certificate, as the link field opens it. */
    const upload = async view => {
        notice.wait(view.translate('loading', 'messages'));

        const form = await view.createView('ksefUpload', 'views/modals/edit', {
            scope: 'KsefCertificate',
            entityType: 'KsefCertificate',
            fullFormDisabled: true,
            attributes: {expectedType: 'Authentication', expectedEnvironment: view.model.get('environment')},
        });

        view.listenToOnce(form, 'after:save', ({id, attributes: {name}}) => change(view, {id, name, field}));
        await form.render();
        notice.end();
    };

    /** Each way as a row of the report. */
    const ways = (view, certificates, close) => {
        const text = messagesOf(view);
        const date = daysLeft.dateOf(view);

        const way = (name, words, ...actions) => ({
            style: 'default',
            status: label(view, `Way ${name}`),
            text: [words],
            actions: actions.filter(Boolean),
        });
        const pressing = action => () => {
            close();
            action();
        };

        return [
            ...certificates.map(certificate => way(
                'Link',
                text('changeToStored', {certificate: certificate.name, date: date(certificate.validTo)}),
                button(view.translate('Link', 'labels', 'KsefCertificate'), pressing(() => change(view, certificate))),
            )),
            way('Upload', text('changeToUploaded'), button(label(view, 'Upload Certificate'), pressing(() => upload(view)))),
            way('Signature', text('changeToSigned'), button(
                label(view, 'Connect by Signature'),
                pressing(() => signingRequest.ask(view)),
            )),
            way('Request', text('changeToRequested'), portal.link(view, 'Certificates')),
        ];
    };

    return {
        /** @param {Object} view The view with a KsefProfile that logs in by token. */
        ask: async view => {
            const certificates = (await fittingCertificates.load(view)).filter(each => each.field === field);

            const opened = reportDialog.show({
                header: `${label(view, 'Change to Certificate')} · ${view.model.get('name')}`,
                close: view.translate('Close'),
                rows: ways(view, certificates, () => opened.close()),
                closing: messagesOf(view)('changeToCertificateKeepsToken'),
            });
        },
    };
});
