/** What the bridge noticed in a credential that it accepted, shown once after the save. */
define('modules/ksef/record/saved-findings', [
    'modules/ksef/messages/message-text',
    'modules/ksef/ui/report-dialog',
], (MessageText, reportDialog) => {
    const scope = 'KsefProfile';
    const styles = {warning: 'warning', info: 'info'};

    /**
     * @param {Object} view Any view.
     * @param {string} name Of the record that was saved.
     * @param {?Object[]} findings
     */
    const tell = (view, name, findings) => {
        if (!findings?.length) {
            return;
        }

        const texts = MessageText.of(view);
        const report = {
            header: view.translate('Saved, With Remarks', 'labels', scope),
            close: view.translate('Close'),
            result: {style: 'success', status: view.translate('Saved'), text: name},
            rows: findings.map(finding => ({
                style: styles[finding.severity] || 'default',
                status: view.getLanguage().translateOption(finding.severity, 'severity', scope),
                text: texts.nodes(finding),
            })),
        };

        // A form in a dialog closes after its save: what is shown now would lie beneath.
        setTimeout(() => reportDialog.show(report), 0);
    };

    return {
        tell,

        /** Tell the findings that the answer to a save brought, and take them from the model. */
        show: view => {
            const {model} = view;
            const findings = model.get('findings');

            model.unset('findings', {silent: true});
            tell(view, model.get('name') || '', findings);
        },
    };
});
