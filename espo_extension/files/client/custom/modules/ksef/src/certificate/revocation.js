/** Revokes the certificate on the page, after showing what depends on it and asking twice. */
define('modules/ksef/certificate/revocation', [
    'modules/ksef/messages/filled-text',
    'modules/ksef/messages/markdown',
    'modules/ksef/record/action',
    'modules/ksef/ui/dialog',
    'modules/ksef/ui/element',
    'modules/ksef/ui/notice',
], ({messagesOf}, markdown, recordAction, dialog, {element}, notice) => {
    const scope = 'KsefCertificate';

    const tellThatItCannotBe = (view, message) => {
        const told = element('div', 'ksef-cannot-revoke');

        told.innerHTML = view.getHelper().transformMarkdownText(message).toString();

        dialog.show({
            header: `${view.translate('Revoke', 'labels', scope)} · ${view.model.get('name')}`,
            close: view.translate('Close'),
            body: told,
        });
    };

    const revoke = async (view, reason) => {
        const text = messagesOf(view);

        await view.confirm({
            message: markdown.escape(text('revokeConfirmation', {
                reason: view.getLanguage().translateOption(reason, 'revocationReason', scope),
            })),
            confirmText: view.translate('Revoke for Good', 'labels', scope),
            confirmStyle: 'danger',
        });

        const answer = await recordAction.post(view, 'revoke', {reason});

        if (!answer) {
            return;
        }

        view.model.trigger('update-all');

        const done = text(`revokeDone_${answer.status}`);

        answer.sessionsRevoked ? notice.done(done) : notice.warn(done, answer.message || '');
    };

    return {
        /** @param {Object} view The view with a KsefCertificate. */
        ask: async view => {
            const dependents = await recordAction.get(view, 'dependents');

            if (!dependents) {
                return;
            }

            if (dependents.refusal) {
                tellThatItCannotBe(view, dependents.refusal.message);

                return;
            }

            const form = await view.createView('ksefRevoke', 'modules/ksef/views/ksef-certificate/modals/revoke', {
                model: view.model,
                dependents,
                revoke: reason => revoke(view, reason),
            });

            await form.render();
        },
    };
});
