/** The certificate that a profile logs in with: what it tells of a new profile is taken from it. */
define('modules/ksef/views/ksef-profile/fields/authorization-certificate', [
    'modules/ksef/profile/told-by-credential',
    'modules/ksef/views/ksef-profile/fields/certificate',
], (toldByCredential, Certificate) => class extends Certificate {
    expectedType = 'Authentication'
    selectPrimaryFilterName = 'fitForAuthorization'

    mandatorySelectAttributeList = toldByCredential.certificateAttributes

    async select(certificate) {
        await super.select(certificate);
        this.tell(toldByCredential.ofCertificate(certificate));
    }

    clearLink() {
        super.clearLink();
        this.tell({});
    }

    tell(told) {
        if (this.isEditMode()) {
            this.model.trigger('ksef-credential-entered', told);
        }
    }
});
