define('modules/ksef/handlers/profile-actions', ['action-handler'], Dep => class extends Dep {
    testConnection() {}

    logOut() {}

    forgetCredential() {}

    isTestConnectionVisible() {
        return true;
    }

    isLogOutVisible() {
        return true;
    }

    isForgetCredentialVisible() {
        return true;
    }
});
