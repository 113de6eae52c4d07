/** Adds certificates to the profile on the page out of any number of files, and tests the connection with them. */
define('modules/ksef/certificate-files/add', [
    'modules/ksef/messages/filled-text',
    'modules/ksef/profile/connection-report',
    'modules/ksef/record/action',
    'modules/ksef/ui/notice',
], ({messagesOf}, connectionReport, recordAction, notice) => {
    const test = async view => {
        const outcome = await recordAction.post(view, 'testConnection');

        if (outcome) {
            connectionReport.show(view, outcome);
        }
    };

    return {
        /** @param {Object} view The view with a KsefProfile. */
        ask: async view => {
            const {model} = view;

            const dialog = await view.createView('ksefAddCertificates', 'modules/ksef/views/ksef-profile/modals/add-certificates', {
                model,
                added: async () => {
                    await model.fetch();
                    notice.done(messagesOf(view)('addCertificatesDone'));

                    if (model.get('status') === 'Active' && model.get('authorizationCertificateId')) {
                        await test(view);
                    }
                },
            });

            await dialog.render();
        },
    };
});
