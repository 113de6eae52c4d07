define('modules/ksef/handlers/profile-actions', [
    'action-handler',
    'modules/ksef/certificate-files/add',
    'modules/ksef/enrolment/request',
    'modules/ksef/messages/filled-text',
    'modules/ksef/profile/connection-report',
    'modules/ksef/profile/offline-sample',
    'modules/ksef/record/action',
    'modules/ksef/record/forget-credential',
    'modules/ksef/ui/notice',
], (
    ActionHandler,
    addCertificates,
    requestCertificate,
    {messagesOf},
    connectionReport,
    offlineSample,
    recordAction,
    forgetCredential,
    notice,
) => class extends ActionHandler {
    async testConnection() {
        const outcome = await recordAction.post(this.view, 'testConnection');

        if (outcome) {
            connectionReport.show(this.view, outcome);
        }
    }

    addCertificates() {
        return addCertificates.ask(this.view);
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

    /** A button while a certificate is missing, else in the menu. */
    isAddCertificatesVisible() {
        const {model} = this.view;
        const isByToken = model.get('authorizationType') === 'Token' && !!model.get('tokenReference');

        return !isByToken && !(model.get('authorizationCertificateId') && model.get('offlineCertificateId'));
    }

    isAddCertificatesInMenuVisible() {
        return !this.isAddCertificatesVisible();
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
        const {model} = this.view;

        return model.get('authorizationType') === 'Certificate' ?
            !!model.get('authorizationCertificateId') :
            !!model.get('tokenReference');
    }
});
