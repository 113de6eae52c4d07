/** The name of a certificate to be requested: KSeF's alphabet is checked while it can still be mended. */
define('modules/ksef/views/ksef-profile/fields/requested-name', [
    'views/fields/varchar',
    'modules/ksef/enrolment/certificate-name',
    'modules/ksef/messages/markdown',
    'modules/ksef/messages/message-text',
], (Varchar, certificateName, markdown, MessageText) => class extends Varchar {
    validations = ['required', 'ksefName']

    validateKsefName() {
        const problem = certificateName.problem(this.model.get(this.name) || '');

        if (!problem) {
            return false;
        }

        this.showValidationMessage(markdown.message(MessageText.of(this).of(problem)));

        return true;
    }
});
