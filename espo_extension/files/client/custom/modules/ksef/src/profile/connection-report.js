/** The outcome of a connection test, shown step by step. */
define('modules/ksef/profile/connection-report', [
    'modules/ksef/messages/filled-text',
    'modules/ksef/messages/message-text',
    'modules/ksef/profile/unneeded-rights',
    'modules/ksef/ui/element',
    'modules/ksef/ui/report-dialog',
], ({messagesOf}, MessageText, unneededRights, {button}, reportDialog) => {
    const scope = 'KsefProfile';
    const styles = {ok: 'success', warning: 'warning', failed: 'danger', skipped: 'default'};

    const result = outcome => {
        if (!outcome.ok) {
            return 'failed';
        }

        return outcome.steps.some(step => step.status === 'warning') ? 'warning' : 'ok';
    };

    return {
        show: (view, outcome) => {
            const texts = MessageText.of(view);
            const option = (value, field) => view.getLanguage().translateOption(value, field, scope);
            const name = view.model.get('name');
            const status = result(outcome);
            const rights = (outcome.permissions || []).map(right => texts.right(right)).join(', ');

            const actions = step => unneededRights.isWarnedOf(step) ?
                [button(view.translate('Acknowledge', 'labels', scope), () => {
                    opened.close();
                    unneededRights.acknowledge(view, step.params.unneeded);
                })] :
                [];

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
                    actions: actions(step),
                    aside: step.status === 'skipped' ? '' : `${step.durationMs}\u00a0ms`,
                })),
                closing: rights && `${view.translate('permissions', 'fields', scope)}: ${rights}`,
            });
        },
    };
});
