define('modules/ksef/handlers/profile-actions', [
    'action-handler',
    'modules/ksef/certificate-files/add',
    'modules/ksef/enrolment/request',
    'modules/ksef/messages/filled-text',
    'modules/ksef/profile/change-to-certificate',
    'modules/ksef/profile/connection-remedies',
    'modules/ksef/profile/credential',
    'modules/ksef/profile/offline-sample',
    'modules/ksef/profile/unneeded-rights',
    'modules/ksef/record/action',
    'modules/ksef/record/forget-credential',
    'modules/ksef/signing-request/ask',
    'modules/ksef/ui/notice',
], (
    ActionHandler,
    addCertificates,
    requestCertificate,
    {messagesOf},
    changeToCertificate,
    connectionRemedies,
    credential,
    offlineSample,
    unneededRights,
    recordAction,
    forgetCredential,
    signingRequest,
    notice,
) => class extends ActionHandler {
    testConnection() {
        return connectionRemedies.test(this.view);
    }

    acknowledgePermissions() {
        return unneededRights.acknowledge(this.view, this.view.model.get('permissionsParams').unneeded);
    }

    addCertificates() {
        return addCertificates.ask(this.view);
    }

    requestCertificate() {
        return requestCertificate.ask(this.view);
    }

    changeToCertificate() {
        return changeToCertificate.ask(this.view);
    }

    connectBySignature() {
        return signingRequest.ask(this.view);
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

    isAcknowledgePermissionsVisible() {
        return !!this.view.model.get('permissionsCode');
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

    isChangeToCertificateVisible() {
        return this.isActive() && this.view.model.get('authorizationType') === 'Token';
    }

    /** A button while there is nothing to log in with, else in the menu. */
    isConnectBySignatureVisible() {
        return this.isWithoutCertificate() && !this.hasCredential();
    }

    isConnectBySignatureInMenuVisible() {
        return this.isWithoutCertificate() && this.hasCredential();
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

    isWithoutCertificate() {
        const {model} = this.view;

        return !(model.get('authorizationType') === 'Certificate' && model.get('authorizationCertificateId'));
    }

    isActive() {
        return this.view.model.get('status') === 'Active';
    }

    hasCredential() {
        return credential.isHeldBy(this.view.model);
    }
});
