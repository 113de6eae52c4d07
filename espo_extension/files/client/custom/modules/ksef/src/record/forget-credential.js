/** Asks, then has the stored secret of the record on the page erased and its sessions at KSeF ended. */
define('modules/ksef/record/forget-credential', [
    'modules/ksef/messages/filled-text',
    'modules/ksef/messages/markdown',
    'modules/ksef/record/action',
    'modules/ksef/ui/notice',
], ({messagesOf}, markdown, recordAction, notice) => ({
    /** @param {Object} view The view with a KsefProfile or a KsefCertificate. */
    forget: async view => {
        const text = messagesOf(view);

        notice.end();
        await view.confirm({
            message: markdown.escape(text('forgetCredentialConfirmation')),
            confirmText: view.translate('Forget Credential', 'labels', view.model.entityType),
            confirmStyle: 'danger',
        });

        const answer = await recordAction.post(view, 'forgetCredential');

        if (!answer) {
            return;
        }

        answer.sessionsRevoked ?
            notice.done(text('forgetCredentialDone')) :
            notice.warn(text('forgetCredentialDone'), answer.message || '');
    },
}));
