/** Requests a certificate with the login of the profile on the page. */
define('modules/ksef/enrolment/request', [
    'modules/ksef/enrolment/package-password',
    'modules/ksef/messages/message-text',
    'modules/ksef/profile/portal',
    'modules/ksef/record/action',
    'modules/ksef/signing-request/ask',
    'modules/ksef/ui/dialog',
    'modules/ksef/ui/element',
], (packagePassword, MessageText, portal, recordAction, signingRequest, dialog, {actions, button, element}) => {
    const scope = 'KsefProfile';

    const tellWhatIsMissing = view => {
        const sign = button(view.translate('Connect by Signature', 'labels', scope), () => {
            opened.close();
            signingRequest.ask(view);
        });

        const opened = dialog.show({
            header: `${view.translate('Request Certificate', 'labels', scope)} · ${view.model.get('name')}`,
            close: view.translate('Close'),
            body: element('div', 'ksef-cannot-request',
                element('p', '', ...MessageText.of(view).nodes({code: 'needs-signature-login'})),
                actions([sign]),
                portal.link(view, 'Certificates'),
            ),
        });
    };

    return {
        /** @param {Object} view The view with a KsefProfile. */
        ask: async view => {
            const {model} = view;

            if (model.get('authorizationType') === 'Token') {
                tellWhatIsMissing(view);

                return;
            }

            const form = await view.createView('ksefRequest', 'modules/ksef/views/ksef-profile/modals/request-certificate', {
                model,
                request: async wanted => {
                    const requested = await recordAction.post(view, 'requestCertificate', wanted);

                    if (requested) {
                        packagePassword.show(view, requested);
                    }

                    return requested;
                },
            });

            await form.render();
        },
    };
});
