/** The name of a certificate to be requested: KSeF's alphabet is checked while it can still be mended. */
define('modules/ksef/views/ksef-profile/fields/requested-name', [
    'views/fields/varchar',
    'modules/ksef/enrolment/certificate-name',
    'modules/ksef/messages/message-text',
], (Varchar, certificateName, MessageText) => class extends Varchar {
    validations = ['required', 'ksefName']

    validateKsefName() {
        const problem = certificateName.problem(this.model.get(this.name) || '');

        if (!problem) {
            return false;
        }

        this.showValidationMessage(MessageText.of(this).markdown(problem));

        return true;
    }
});
