/** What is asked before a certificate is deleted: what is lost with it. */
define('modules/ksef/certificate/deletion', [
    'modules/ksef/messages/filled-text',
    'modules/ksef/messages/markdown',
    'modules/ksef/record/action',
    'modules/ksef/ui/notice',
], ({messagesOf}, markdown, recordAction, notice) => {
    const withoutMeaningAtKsef = ['Revoked', 'Expired'];

    /** @returns {string[]} Keys of texts. */
    const losses = model => {
        const hasKey = model.get('hasPrivateKey');
        const hasPackage = model.get('packageId');
        const staysValid = model.get('kind') === 'Ksef' && !withoutMeaningAtKsef.includes(model.get('status'));

        return [
            hasKey && 'deleteLosesKey',
            hasPackage && 'deleteLosesPackage',
            !hasKey && !hasPackage && 'deleteLosesNoKey',
            staysValid && 'deleteStaysValid',
        ].filter(Boolean);
    };

    return {
        /**
         * @param {Object} view The view with a KsefCertificate.
         * @returns {Promise<string|null>} Markdown; null when it cannot be deleted, which was shown.
         */
        question: async view => {
            const text = messagesOf(view);

            const dependents = await recordAction.get(view, 'dependents');

            if (!dependents) {
                return null;
            }

            if (dependents.deletionRefusal) {
                notice.fail(text('deleteFailed'), dependents.deletionRefusal);

                return null;
            }

            return ['deleteQuestion', ...losses(view.model)].map(key => markdown.escape(text(key))).join('\n\n');
        },
    };
});
