define('modules/ksef/views/ksef-profile/fields/offline-certificate', [
    'modules/ksef/certificate/holder',
    'modules/ksef/views/ksef-profile/fields/certificate',
], (certificateHolder, Certificate) => class extends Certificate {
    expectedType = 'Offline'
    selectPrimaryFilterName = 'fitForOffline'

    /** One of another NIP is linked when the administrator says so. */
    async select(certificate) {
        if (this.isEditMode()) {
            await certificateHolder.ask(this, certificate);
        }

        return super.select(certificate);
    }
});
