define('modules/ksef/handlers/profile-actions', [
    'action-handler',
    'modules/ksef/enrolment/request',
    'modules/ksef/messages/filled-text',
    'modules/ksef/profile/connection-report',
    'modules/ksef/profile/connection-test',
    'modules/ksef/profile/credential',
    'modules/ksef/profile/offline-sample',
    'modules/ksef/record/action',
    'modules/ksef/record/forget-credential',
    'modules/ksef/ui/notice',
], (
    ActionHandler,
    requestCertificate,
    {messagesOf},
    connectionReport,
    connectionTest,
    credential,
    offlineSample,
    recordAction,
    forgetCredential,
    notice,
) => class extends ActionHandler {
    async testConnection() {
        const outcome = await connectionTest.run(this.view);

        if (outcome) {
            connectionReport.show(this.view, outcome);
        }
    }

    requestCertificate() {
        return requestCertificate.ask(this.view);
    }

    async tryOfflineSigning() {
        const codes = await recordAction.post(this.view, 'tryOfflineSigning');

        if (codes) {
            offlineSample.show(this.view, codes);
        }
    }

    async logOut() {
        const answer = await recordAction.post(this.view, 'logOut');

        if (answer) {
            notice.done(messagesOf(this.view)(answer.revoked.length ? 'logOutDone' : 'logOutNothing'));
        }
    }

    forgetCredential() {
        return forgetCredential.forget(this.view);
    }

    isTestConnectionVisible() {
        return this.isActive() && this.hasCredential();
    }

    isRequestCertificateVisible() {
        // With a token, too: the action then says what is missing.
        return this.isActive() && this.hasCredential();
    }

    isTryOfflineSigningVisible() {
        return this.isActive() && !!this.view.model.get('offlineCertificateId');
    }

    isLogOutVisible() {
        // Sessions outlive the credential that opened them.
        return true;
    }

    isForgetCredentialVisible() {
        return !!this.view.model.get('tokenReference');
    }

    isActive() {
        return this.view.model.get('status') === 'Active';
    }

    hasCredential() {
        return credential.isHeldBy(this.view.model);
    }
});
