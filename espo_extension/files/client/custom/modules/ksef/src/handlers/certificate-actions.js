define('modules/ksef/handlers/certificate-actions', [
    'action-handler',
    'modules/ksef/certificate/link-to-profile',
    'modules/ksef/certificate/renewal',
    'modules/ksef/certificate/revocation',
    'modules/ksef/messages/filled-text',
    'modules/ksef/record/action',
    'modules/ksef/record/forget-credential',
    'modules/ksef/ui/notice',
], (
    ActionHandler,
    linkToProfile,
    renewCertificate,
    revokeCertificate,
    {messagesOf},
    recordAction,
    forgetCredential,
    notice,
) => class extends ActionHandler {
    async checkNow() {
        const answer = await recordAction.post(this.view, 'collect');

        if (answer) {
            this.tell(answer);
        }
    }

    linkToProfile() {
        return linkToProfile.ask(this.view);
    }

    forgetCredential() {
        return forgetCredential.forget(this.view);
    }

    renew() {
        return renewCertificate.ask(this.view);
    }

    revoke() {
        return revokeCertificate.ask(this.view);
    }

    isCheckNowVisible() {
        return this.isRequested();
    }

    isLinkToProfileVisible() {
        const {model} = this.view;

        return model.get('status') === 'Active' && !!model.get('hasPrivateKey');
    }

    isForgetCredentialVisible() {
        // A request without its key comes to nothing.
        const {model} = this.view;

        return (!!model.get('hasPrivateKey') || !!model.get('packageId')) && !this.isRequested();
    }

    isRenewVisible() {
        const {model} = this.view;

        return model.get('kind') === 'Ksef' && model.get('status') === 'Active' && !model.get('renewalPending');
    }

    isRevokeVisible() {
        const {model} = this.view;

        return model.get('kind') === 'Ksef' && ['Active', 'Inactive', 'Blocked'].includes(model.get('status'));
    }

    isRequested() {
        return this.view.model.get('status') === 'Requested';
    }

    tell({status, message}) {
        if (status === 'Active') {
            notice.done(this.text('certificateIssued'));

            return;
        }

        status === 'Requested' ?
            notice.warn(this.text('certificateNotYet'), message || '') :
            notice.fail(this.text('certificateRejected'), message || '');
    }

    text(key) {
        return messagesOf(this.view)(key);
    }
});
