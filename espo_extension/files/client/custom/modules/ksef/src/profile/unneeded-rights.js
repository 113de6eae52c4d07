/** Rights that EspoCRM does not need: which they are, and that somebody knows of them. */
define('modules/ksef/profile/unneeded-rights', [
    'modules/ksef/messages/filled-text',
    'modules/ksef/messages/markdown',
    'modules/ksef/messages/message-text',
    'modules/ksef/record/action',
    'modules/ksef/ui/notice',
], ({messagesOf}, markdown, MessageText, recordAction, notice) => {
    const codes = ['permissions-unneeded', 'permissions-of-owner'];

    const inParams = (model, source) => (model.get(source)?.unneeded || '').split(', ').filter(Boolean);

    return {
        /** Whether a step of a connection test warns of them, and can be acknowledged. */
        isWarnedOf: ({code}) => codes.includes(code),

        /**
         * @param {{get: function(string): *}} model A KsefProfile.
         * @returns {{warned: string[], acknowledged: string[]}} KSeF's names: of a warning that nobody acknowledged,
         *   and of those that somebody knows of.
         */
        of: model => {
            const warned = ['connectionParams', 'permissionsParams'].flatMap(source => inParams(model, source));

            return {
                warned,
                acknowledged: inParams(model, 'acknowledgedParams').filter(each => !warned.includes(each)),
            };
        },

        /**
         * @param {Object} view The view with a KsefProfile.
         * @param {string} unneeded Those that the reader was warned of, as the bridge names them.
         */
        acknowledge: async (view, unneeded) => {
            const text = messagesOf(view);
            const inWords = MessageText.of(view).inWords('permission', unneeded);

            notice.end();
            await view.confirm({
                message: markdown.escape(text('acknowledgePermissionsConfirmation', {unneeded: inWords})),
                confirmText: view.translate('Acknowledge', 'labels', 'KsefProfile'),
                confirmStyle: 'warning',
            });

            if (await recordAction.post(view, 'acknowledgePermissions', {unneeded})) {
                notice.done(text('acknowledgePermissionsDone'));
            }
        },
    };
});
