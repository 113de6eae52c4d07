define('modules/ksef/handlers/certificate-actions', ['action-handler'], Dep => class extends Dep {
    forgetCredential() {}

    isForgetCredentialVisible() {
        return true;
    }
});
