/** Renews the certificate on the page now; with a package only when that is asked for. */
define('modules/ksef/certificate/renewal', [
    'modules/ksef/messages/filled-text',
    'modules/ksef/ui/notice',
    'modules/ksef/enrolment/package-password',
    'modules/ksef/record/action',
], ({fill}, notice, packagePassword, recordAction) => {
    const scope = 'KsefCertificate';

    return {
        /** @param {Object} view The view with a KsefCertificate. */
        ask: async view => {
            const {model} = view;
            const text = key => fill(view.translate(key, 'messages', scope), {name: model.get('name')});

            const renew = async withPackage => {
                const requested = await recordAction.post(view, 'renew', {
                    progress: text('renewProgress'),
                    failure: text('renewFailed'),
                }, {withPackage});

                if (!requested) {
                    return;
                }

                if (withPackage) {
                    packagePassword.show(view, requested);

                    return;
                }

                // Names the successor; on another page nobody would see it.
                notice.said(requested.message);
            };

            const form = await view.createView('ksefRenew', 'modules/ksef/views/ksef-certificate/modals/renew', {
                model,
                renew,
            });

            await form.render();
        },
    };
});
