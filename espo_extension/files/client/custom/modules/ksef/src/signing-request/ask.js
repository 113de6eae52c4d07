/** Leads a profile to its first certificates by a qualified signature, and goes on where it was left. */
define('modules/ksef/signing-request/ask', [
    'modules/ksef/record/action',
    'modules/ksef/signing-request/server',
], (recordAction, signingRequest) => ({
    /**
     * @param {Object} view The view with a KsefProfile.
     * @param {function()} [closed] Called once the dialog is closed and the profile was read again.
     */
    ask: async (view, closed) => {
        const state = await signingRequest.read(view);

        if (!state) {
            return;
        }

        const dialog = await view.createView(
            'ksefSigningRequest',
            'modules/ksef/views/ksef-profile/modals/signing-request',
            {model: view.model, state},
        );

        view.listenToOnce(dialog, 'close', async () => {
            await recordAction.readAgain(view);
            view.model.trigger(signingRequest.event);
            closed?.();
        });
        await dialog.render();
    },
}));
