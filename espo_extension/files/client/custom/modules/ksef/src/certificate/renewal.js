/** Renews the certificate on the page now; with a package only when that is asked for. */
define('modules/ksef/certificate/renewal', [
    'modules/ksef/enrolment/package-password',
    'modules/ksef/record/action',
    'modules/ksef/ui/notice',
], (packagePassword, recordAction, notice) => {
    return {
        /** @param {Object} view The view with a KsefCertificate. */
        ask: async view => {
            const renew = async withPackage => {
                const requested = await recordAction.post(view, 'renew', {withPackage});

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
                model: view.model,
                renew,
            });

            await form.render();
        },
    };
});
