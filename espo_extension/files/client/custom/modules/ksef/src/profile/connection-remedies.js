/** The outcome of a connection test with what can be done about it there and then. */
define('modules/ksef/profile/connection-remedies', [
    'modules/ksef/profile/connection-report',
    'modules/ksef/profile/connection-test',
    'modules/ksef/profile/fitting-certificates',
    'modules/ksef/profile/unneeded-rights',
    'modules/ksef/ui/element',
], (connectionReport, connectionTest, fittingCertificates, unneededRights, {button}) => {
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

        /**
         * @param {Object} view The view with a KsefProfile.
         * @param {Object} outcome What a test found.
         */
        show: async (view, outcome) => {
            const certificates = outcome.ok ? [] : await fittingCertificates.load(view);

            connectionReport.show(view, outcome, (step, close) => unneededRights.isWarnedOf(step) ?
                [button(view.translate('Acknowledge', 'labels', 'KsefProfile'), () => {
                    close();
                    unneededRights.acknowledge(view, step.params.unneeded);
                })] :
                fittingCertificates.buttons(view, self.thatMend(step, certificates), () => self.test(view), close),
            );
        },

        /** Test the connection of the profile, and show what was found. */
        test: async view => {
            const outcome = await connectionTest.run(view);

            if (outcome) {
                await self.show(view, outcome);
            }
        },
    };

    return self;
});
