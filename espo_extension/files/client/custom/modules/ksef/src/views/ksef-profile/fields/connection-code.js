/** Why the profile cannot connect; where a certificate ended, with the active ones that can take its place. */
define('modules/ksef/views/ksef-profile/fields/connection-code', [
    'modules/ksef/views/fields/coded-message',
    'modules/ksef/profile/connection-remedies',
    'modules/ksef/profile/fitting-certificates',
    'modules/ksef/ui/element',
], (CodedMessage, connectionRemedies, fittingCertificates, {actions}) => {
    const ended = ['profile-certificate-ended', 'profile-offline-certificate-ended'];

    return class extends CodedMessage {
        afterRender() {
            super.afterRender();

            if (this.isDetailMode()) {
                this.offer();
            }
        }

        async offer() {
            const code = this.model.get(this.name);

            if (!ended.includes(code)) {
                return;
            }

            const certificates = await fittingCertificates.load(this);

            if (!certificates.length || this.model.get(this.name) !== code) {
                return;
            }

            const buttons = fittingCertificates.buttons(this, certificates, () => connectionRemedies.test(this));

            this.$el.find('.ksef-actions').remove();
            this.$el.append(actions(buttons));
        }
    };
});
