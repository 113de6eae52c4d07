/** Tests the connection of the profile on the page, and reports it with what can be done about it there and then. */
define('modules/ksef/profile/connection-test', [
    'modules/ksef/profile/connection-report',
    'modules/ksef/profile/fitting-certificates',
    'modules/ksef/profile/unneeded-rights',
    'modules/ksef/record/action',
    'modules/ksef/ui/element',
], (connectionReport, fittingCertificates, unneededRights, recordAction, {button}) => {
    /** The steps that fail when the certificate in a field ended. */
    const steps = {
        authorizationCertificate: ['credential', 'login'],
        offlineCertificate: ['offline-certificate'],
    };

    const self = {
        /**
         * @param {{name: string, status: string}} step
         * @param {Object[]} certificates As of fitting-certificates.
         * @returns {Object[]} Those that mend what the step failed for.
         */
        thatMend: (step, certificates) =>
            step.status === 'failed' ? certificates.filter(({field}) => steps[field]?.includes(step.name)) : [],

        /** @param {Object} view The view with a KsefProfile. */
        run: async view => {
            const outcome = await recordAction.post(view, 'testConnection');

            if (!outcome) {
                return;
            }

            const certificates = outcome.ok ? [] : await fittingCertificates.load(view);

            connectionReport.show(view, outcome, (step, close) => unneededRights.isWarnedOf(step) ?
                [button(view.translate('Acknowledge', 'labels', 'KsefProfile'), () => {
                    close();
                    unneededRights.acknowledge(view, step.params.unneeded);
                })] :
                fittingCertificates.buttons(view, self.thatMend(step, certificates), () => self.run(view), close),
            );
        },
    };

    return self;
});
