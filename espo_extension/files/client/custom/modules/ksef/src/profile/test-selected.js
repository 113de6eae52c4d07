/** Tests the connections of chosen profiles, one after the other, and tells what came of each. */
define('modules/ksef/profile/test-selected', [
    'modules/ksef/messages/filled-text',
    'modules/ksef/messages/markdown',
    'modules/ksef/messages/message-text',
    'modules/ksef/record/action',
    'modules/ksef/ui/element',
    'modules/ksef/ui/notice',
    'modules/ksef/ui/report-dialog',
], ({fill}, markdown, MessageText, recordAction, {element}, notice, reportDialog) => {
    const scope = 'KsefProfile';
    /** Each logs in to KSeF anew, and somebody waits. */
    const most = 20;
    const styles = {Connected: 'success', Failed: 'danger', NotTested: 'default'};

    const credentials = {Token: 'tokenReference', Certificate: 'authorizationCertificateId'};

    /** Whether there is anything to test: the form of such a profile has the button. */
    const isTestable = model =>
        model.get('status') === 'Active' && !!model.get(credentials[model.get('authorizationType')]);

    /** What the answer to a test says of the profile as a whole. */
    const said = ({connectionStatus, connectionCode, connectionParams, permissionsCode, permissionsParams}) => ({
        status: connectionStatus,
        message: connectionCode ?
            {code: connectionCode, params: connectionParams} :
            {code: permissionsCode, params: permissionsParams},
    });

    /**
     * @param {Object} view The view of the list.
     * @param {Object} model
     * @returns {Promise<{status: string, message?: Object, refusal?: string}>}
     */
    const tested = async (view, model) => {
        try {
            return said(await Espo.Ajax.postRequest(`${scope}/${model.id}/testConnection`, {}));
        } catch (xhr) {
            if (xhr instanceof Error) {
                throw xhr;
            }

            xhr.errorIsHandled = true;

            return {status: 'NotTested', refusal: recordAction.explanation(xhr, view)};
        }
    };

    const row = (view, model, {status, message, refusal}) => {
        const link = element('a', '', model.get('name'));
        const explained = element('span', '');

        link.href = `#${scope}/view/${model.id}`;

        if (refusal) {
            explained.innerHTML = view.getHelper().transformMarkdownText(refusal).toString();
        }

        return {
            style: styles[status] || 'default',
            status: view.getLanguage().translateOption(status, 'connectionStatus', scope),
            title: link,
            text: message?.code ? MessageText.of(view).nodes(message) : [explained],
        };
    };

    return {
        most,

        isTestable,

        /**
         * @param {Object} view The view of a list of profiles.
         * @param {Object[]} models Those that are chosen.
         */
        run: async (view, models) => {
            const text = (key, values) => fill(view.translate(key, 'messages', scope), values);

            if (models.length > most) {
                notice.warn(text('testSelectedTooMany', {count: models.length, most}), '');

                return;
            }

            const rows = [];

            await models.reduce(async (before, model, at) => {
                await before;
                notice.wait(text('testSelectedProgress', {
                    name: model.get('name'), number: at + 1, count: models.length,
                }));
                rows.push(row(view, model, isTestable(model) ?
                    await tested(view, model) :
                    {status: 'NotTested', refusal: markdown.escape(text('testSelectedUntestable', {}))}));
            }, Promise.resolve());

            notice.end();

            const opened = reportDialog.show({
                header: view.translate('ksefTestSelected', 'massActions', scope),
                close: view.translate('Close'),
                rows,
            });

            rows.forEach(({title}) => title.addEventListener('click', () => opened.close()));
            await view.collection.fetch();
        },
    };
});
