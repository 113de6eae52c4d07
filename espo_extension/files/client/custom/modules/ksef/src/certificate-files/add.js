/** Adds certificates to a profile out of any number of files, and tests the connection with them. */
define('modules/ksef/certificate-files/add', [
    'modules/ksef/messages/filled-text',
    'modules/ksef/profile/connection-remedies',
    'modules/ksef/profile/credential',
    'modules/ksef/record/action',
    'modules/ksef/ui/notice',
], ({messagesOf}, connectionRemedies, credential, recordAction, notice) => {
    const scope = 'KsefProfile';
    const dialogs = 'modules/ksef/views/ksef-profile/modals';

    const open = async (view, name, model, added) => {
        const dialog = await view.createView('ksefAddCertificates', `${dialogs}/${name}`, {model, added});

        await dialog.render();

        return dialog;
    };

    /** Whoever logs in by certificate is tested at once. */
    const finish = async view => {
        const {model} = view;

        notice.done(messagesOf(view)('addCertificatesDone'));

        if (model.get('status') === 'Active' && credential.isHeldBy(model)) {
            await connectionRemedies.test(view);
        }
    };

    const openPage = (view, model) => {
        const router = view.getRouter();

        router.navigate(`#${scope}/view/${model.id}`, {trigger: false});
        router.dispatch(scope, 'view', {id: model.id, model, isAfterCreate: true});
    };

    return {
        /** @param {Object} view The view with a KsefProfile. */
        ask: view => open(view, 'add-certificates', view.model, async () => {
            await recordAction.readAgain(view);
            await finish(view);
        }),

        /**
         * The certificates tell which profile, and make it if it is not there; its page is opened.
         *
         * @param {Object} view Any view.
         */
        askWithoutProfile: async view => {
            const model = await view.getModelFactory().create(scope);

            const dialog = await open(view, 'add-company-certificates', model, async id => {
                model.id = id;
                model.set('id', id);
                await recordAction.readAgain(dialog);
                openPage(view, model);
                await finish(dialog);
            });
        },
    };
});
