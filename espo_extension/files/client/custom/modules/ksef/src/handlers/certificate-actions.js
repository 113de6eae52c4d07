define('modules/ksef/handlers/certificate-actions', [
    'action-handler',
    'modules/ksef/forget-credential',
], (ActionHandler, forgetCredential) => class extends ActionHandler {
    forgetCredential() {
        return forgetCredential.forget(this.view);
    }

    isForgetCredentialVisible() {
        return !!this.view.model.get('hasPrivateKey');
    }
});
