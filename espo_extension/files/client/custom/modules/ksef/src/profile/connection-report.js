/** The outcome of a connection test, shown step by step. */
define('modules/ksef/profile/connection-report', [
    'modules/ksef/messages/filled-text',
    'modules/ksef/messages/message-text',
    'modules/ksef/ui/report-dialog',
], ({messagesOf}, MessageText, reportDialog) => {
    const scope = 'KsefProfile';
    const styles = {ok: 'success', warning: 'warning', failed: 'danger', skipped: 'default'};

    const result = outcome => {
        if (!outcome.ok) {
            return 'failed';
        }

        return outcome.steps.some(step => step.status === 'warning') ? 'warning' : 'ok';
    };

    return {
        /**
         * @param {Object} view The view with a KsefProfile.
         * @param {Object} outcome The answer to a test.
         * @param {function(Object, function()): HTMLElement[]} [actions] What can be done about a step; the second
         *     argument closes the report.
         */
        show: (view, outcome, actions = () => []) => {
            const texts = MessageText.of(view);
            const option = (value, field) => view.getLanguage().translateOption(value, field, scope);
            const name = view.model.get('name');
            const status = result(outcome);
            const rights = (outcome.permissions || []).map(right => texts.right(right)).join(', ');

            const opened = reportDialog.show({
                header: `${view.translate('Test Connection', 'labels', scope)} · ${name}`,
                close: view.translate('Close'),
                result: {
                    style: styles[status],
                    status: option(status, 'testResult'),
                    text: messagesOf(view)(`testResult_${status}`),
                },
                rows: outcome.steps.map(step => ({
                    style: styles[step.status] || 'default',
                    status: option(step.status, 'stepStatus'),
                    title: option(step.name, 'stepName'),
                    text: texts.nodes(step),
                    actions: actions(step, () => opened.close()),
                    aside: step.status === 'skipped' ? '' : `${step.durationMs}\u00a0ms`,
                })),
                closing: rights && `${view.translate('permissions', 'fields', scope)}: ${rights}`,
            });
        },
    };
});
